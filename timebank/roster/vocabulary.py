"""The words that centres put above their columns, by what they mean.

A header is taken apart into whose it is (the guardian's, the volunteer's …) and what it is (name, phone …),
so that 监护人联系电话, never seen before, is still the guardian's phone and not the elder's own.
"""

from __future__ import annotations

OWNERS: tuple[tuple[str, str], ...] = (
    (
        "contact",
        r"(?:第[一二]|主要|备用)?(?:紧急|应急)(?:联系|联络)?(?:人|亲属|家属)?|(?:第[一二三])?联系人(?!数)|联络人"
        r"|\bemergency(?: contact)?\b|\bcontact person\b",
    ),
    (
        "guardian",
        r"(?:法定|委托|第一)?监护人?|家属|亲属|子女|儿子|女儿|儿女|配偶|老伴|赡养人|照料人|照护者"
        r"|\bguardian\b|\bnext of kin\b|\brelatives?\b",
    ),
    (
        "volunteer",
        r"志愿者|义工|志愿服务(?:人员|者)|低龄老人|(?<!被)(?<!受)服务(?:人员?|者|员|方)(?![数次])|助老员|护理员|队员|施助人"
        r"|\bvolunteers?\b|\bhelpers?\b|\bserved by\b",
    ),
    (
        "elder",
        r"(?:被|受)服务(?:的)?(?:老人|对象|人员?|者|方)?|服务(?:老人|对象)|(?:受助|受益|求助|帮扶|结对|探访|高龄)?"
        r"(?:老年人|老人|长者|对象)(?!类|性)|受助人|受益人|求助人"
        r"|\belders?\b|\bclients?\b|\brecipients?\b|\bbeneficiary\b|\bolder person\b",
    ),
)
"""Whose a column is; tried in this order."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "serial": ("序号", "编号", "序", "行号", "original row", "no", "no.", "#", "serial", "顺序号"),
    "number": ("会员号", "会员编号", "志愿者编号", "存折号", "卡号", "member number", "member no", "member"),
    "name": ("姓名", "名字", "姓 名", "名单", "称呼", "name", "full name", "谁"),
    "id_number": (
        *("身份证", "身份证号", "身份证号码", "身份证件", "公民身份", "证件号", "证件号码", "身份号码"),
        *("id number", "id card", "id no", "id", "identity", "identity number"),
    ),
    "document_type": ("证件类型", "证件种类", "证件名称", "证件类别", "document type", "id type"),
    "gender": ("性别", "男女", "男/女", "sex", "gender"),
    "birth": (
        "出生",
        "出生日期",
        "出生年月",
        "出生年月日",
        "生日",
        "birth",
        "birthday",
        "date of birth",
        "dob",
    ),
    "age": ("年龄", "周岁", "岁数", "年纪", "age"),
    "phone": (
        *("电话", "手机", "联系方式", "联系电话", "手机号", "手机号码", "联系号码", "电话号码", "联络方式"),
        *("phone", "tel", "telephone", "mobile", "contact", "contact number", "cell"),
    ),
    "address": (
        *(
            "地址",
            "住址",
            "家庭住址",
            "居住地址",
            "现住址",
            "联系地址",
            "居住地",
            "家庭地址",
            "门牌",
            "现居住地",
        ),
        *("address", "home address"),
    ),
    "organisation": (
        *(
            "队伍",
            "所属队伍",
            "团队",
            "所属团队",
            "单位",
            "所属单位",
            "组织",
            "团体",
            "协会",
            "服务队",
            "机构",
            "小组",
        ),
        *("工作单位", "志愿服务队", "team", "organisation", "organization", "group", "unit"),
    ),
    "skills": (
        "特长",
        "技能",
        "专长",
        "爱好",
        "擅长",
        "可提供服务",
        "服务意向",
        "skill",
        "skills",
        "strengths",
    ),
    "care_level": (
        *(
            "失能等级",
            "能力等级",
            "评估等级",
            "自理能力",
            "护理等级",
            "失能程度",
            "照护等级",
            "失能情况",
            "自理情况",
        ),
        *(
            "能力评估",
            "评估结果",
            "评估结论",
            "失能状况",
            "自理程度",
            "身体状况",
            "健康状况",
            "care level",
            "level",
        ),
    ),
    "categories": (
        *(
            "类别",
            "类型",
            "人员类别",
            "对象类别",
            "困难类别",
            "老人类别",
            "老人类型",
            "特殊类别",
            "特殊情况",
            "属性",
        ),
        *("居住状况", "居住情况", "困难情况", "家庭情况", "经济状况", "category", "categories"),
    ),
    "assessed": ("评估日期", "评估时间", "assessment date", "assessed on"),
    "assessor": ("评估机构", "评估人", "评估员", "评估单位", "assessor", "assessed by"),
    "assessed_until": ("评估有效期", "评估有效期至", "评估到期", "assessment valid until"),
    "health": (
        *("健康声明", "健康声明日期", "健康承诺", "健康承诺书", "健康承诺日期"),
        *("health declaration", "declared fit"),
    ),
    "trainings": (
        *("培训", "培训项目", "培训内容", "培训课程", "已培训项目", "参加培训", "受训项目"),
        *("training", "trainings", "trained for"),
    ),
    "trained": ("培训日期", "培训时间", "training date", "trained on"),
    "insurance_until": (
        *("保险", "意外险", "意外保险", "保险到期", "意外险到期", "保险有效期", "保险截止日期"),
        *("insurance", "insured until", "insurance until"),
    ),
    "qualifications": (
        *("资格", "证书", "资格证", "资格证书", "职业资格", "持证", "持证情况"),
        *("qualification", "qualifications", "certificate"),
    ),
    "benefits": ("享受补助", "享受补贴", "补助情况", "领取补助", "领取补贴", "benefits", "benefits drawn"),
    "community": ("社区", "所属社区", "村社", "村", "居委会", "社区村", "community", "village"),
    "grid": ("网格", "所属网格", "网格号", "网格员", "grid"),
    "registered_here": (
        *("户籍", "户口", "本地户籍", "户籍情况", "户籍在册", "本区户籍", "本市户籍"),
        *("registered here", "registered", "household registered"),
    ),
    "lives_here": (
        "常住",
        "本地居住",
        "实际居住",
        "在本地居住",
        "居住",
        "lives here",
        "living here",
        "resident",
    ),
    "joined": (
        *(
            "加入",
            "加入时间",
            "入队",
            "入队时间",
            "注册时间",
            "注册日期",
            "登记日期",
            "登记时间",
            "入会",
            "招募日期",
        ),
        *("joined", "join date", "registration date"),
    ),
    "note": ("备注", "说明", "附注", "其他说明", "note", "notes", "remark", "remarks", "comment", "comments"),
    "relation": ("关系", "与本人关系", "relation", "relationship"),
    "contact_relation": ("关系", "与本人关系", "与老人关系", "relation", "relationship"),
    "date": ("日期", "服务日期", "活动日期", "年月日", "日子", "哪天", "date", "day", "日"),
    "start": (
        *(
            "开始",
            "开始时间",
            "起始",
            "起始时间",
            "起",
            "签到",
            "签到时间",
            "到达",
            "上门时间",
            "入户时间",
            "自",
        ),
        *(
            "到岗",
            "服务开始",
            "几点来",
            "start",
            "start time",
            "check in",
            "check-in",
            "from",
            "begin",
            "time in",
        ),
    ),
    "end": (
        *(
            "结束",
            "结束时间",
            "终止",
            "截止",
            "止",
            "签退",
            "签退时间",
            "离开",
            "离户时间",
            "离岗",
            "服务结束",
            "几点走",
        ),
        *("至", "end", "end time", "check out", "check-out", "to", "until", "finish", "time out"),
    ),
    "time": (
        *(
            "时间",
            "服务时间",
            "起止时间",
            "起讫时间",
            "时间段",
            "时段",
            "服务时段",
            "活动时间",
            "time",
            "times",
            "period",
        ),
    ),
    "length": (
        *(
            "时长",
            "服务时长",
            "小时数",
            "时数",
            "工时",
            "用时",
            "耗时",
            "分钟",
            "分钟数",
            "小时",
            "服务小时",
            "计时",
        ),
        *("累计时间", "钟点", "服务时数", "hours", "minutes", "duration", "length", "mins", "hrs"),
    ),
    "kind": (
        *(
            "项目",
            "服务项目",
            "服务内容",
            "内容",
            "服务类型",
            "服务类别",
            "服务种类",
            "事项",
            "做什么",
            "干什么",
        ),
        *("service", "kind", "item", "activity", "service type", "task"),
    ),
    "place": ("地点", "服务地点", "地方", "场所", "位置", "place", "location", "where"),
    "signature": ("签字", "签名", "签章", "确认", "signature", "signed"),
    "rating": ("评价", "满意度", "评分", "打分", "rating", "satisfaction"),
    "reason": ("原因", "退回原因", "reason", "原因 reason"),
}
"""What a column holds. A word of one letter counts only alone; Latin words only whole."""

PEOPLE_FIELDS = frozenset(
    (
        *(
            "serial",
            "number",
            "name",
            "id_number",
            "document_type",
            "gender",
            "birth",
            "age",
            "phone",
            "address",
        ),
        *("organisation", "skills", "care_level", "categories", "community", "grid", "registered_here"),
        *("lives_here", "joined", "note", "contact_relation", "signature", "rating", "reason"),
        *("assessed", "assessor", "assessed_until", "health", "trainings", "trained", "insurance_until"),
        *("qualifications", "benefits"),
    )
)
SERVICE_FIELDS = frozenset(
    (
        *(
            "serial",
            "number",
            "name",
            "phone",
            "address",
            "id_number",
            "age",
            "gender",
            "date",
            "start",
            "end",
        ),
        *(
            "time",
            "length",
            "kind",
            "place",
            "note",
            "relation",
            "signature",
            "rating",
            "reason",
            "organisation",
        ),
        *("community", "grid"),
    )
)

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧"
    "隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池"
    "乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古"
    "易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关"
    "蒯相查后荆红游竺权逯盖益桓公肖闫尧覃佘涂岳帅缑亢况有琴商牟佘佴伯赏谯年爱阳佟言福苟仝"
)
"""The single-character surnames, to tell a column of names under an unknown header."""

TWO_CHARACTER_SURNAMES = frozenset(
    (
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "尉迟",
        "公孙",
        "令狐",
        "皇甫",
        "司徒",
        "夏侯",
        "慕容",
        "端木",
        "万俟",
        "东方",
    )
)
